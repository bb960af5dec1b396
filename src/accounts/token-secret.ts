import { createHash, randomBytes } from 'node:crypto';

/** 32 random bytes behind a prefix by which people and secret scanners recognise it. */
export const newSecret = (): string => `mithaq_${randomBytes(32).toString('base64url')}`;

/** A fast hash is right here: the secret is random, so there is nothing to guess. */
export const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();
