/** RFC 9530: the digest of the very bytes that are sent, from a SHA-256 in hexadecimal. */
export const reprDigest = (sha256: string): string => `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`;
