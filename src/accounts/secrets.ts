import { createHash, randomBytes } from 'node:crypto';

/** 32 random bytes, in characters that may stand in addresses and cookies. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** A secret behind a prefix by which people and secret scanners recognise it. */
export const newTokenSecret = (): string => `mithaq_${newSecret()}`;

/** A fast hash is right here: the secret is random, so there is nothing to guess. */
export const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();
