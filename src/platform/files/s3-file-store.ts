import type { S3Client } from '@aws-sdk/client-s3';
import type { Readable } from 'node:stream';
import { FileStore, isFileKey, placeOf } from './file-store.js';

type Library = typeof import('@aws-sdk/client-s3');

interface Connection {
  readonly s3: Library;
  readonly client: S3Client;
}

/** Files in a bucket: `s3://bucket/prefix?region=…&endpoint=…`. Who we are is read by the library where it always reads it. */
export class S3FileStore extends FileStore {
  private readonly bucket: string;
  private readonly prefix: string;
  private readonly options: URLSearchParams;
  private connection: Promise<Connection> | null = null;

  constructor(address: string) {
    super();
    const { host, pathname, searchParams } = new URL(address);
    this.bucket = host;
    this.prefix = decodeURIComponent(pathname)
      .split('/')
      .filter(Boolean)
      .map((step) => `${step}/`)
      .join('');
    this.options = searchParams;
  }

  override async put(key: string, content: Buffer): Promise<void> {
    const { s3, client } = await this.connected();
    await client.send(new s3.PutObjectCommand({ ...this.at(key), Body: content, ContentLength: content.length }));
  }

  override async open(key: string): Promise<Readable | null> {
    const { s3, client } = await this.connected();
    const found = await orMissing(client.send(new s3.GetObjectCommand(this.at(key))), null);
    return (found?.Body as Readable | undefined) ?? null;
  }

  override async exists(key: string): Promise<boolean> {
    const { s3, client } = await this.connected();
    return (await orMissing(client.send(new s3.HeadObjectCommand(this.at(key))), null)) !== null;
  }

  override async delete(key: string): Promise<void> {
    const { s3, client } = await this.connected();
    await orMissing(client.send(new s3.DeleteObjectCommand(this.at(key))), null);
  }

  override async *olderThan(milliseconds: number): AsyncIterable<string> {
    const limit = Date.now() - milliseconds;
    const { s3, client } = await this.connected();
    const pages = s3.paginateListObjectsV2({ client }, { Bucket: this.bucket, Prefix: this.prefix });
    for await (const { Contents = [] } of pages) {
      for (const { Key = '', LastModified } of Contents) {
        const name = Key.split('/').at(-1) ?? '';
        const isOurs = isFileKey(name) && Key === this.at(name).Key;
        if (isOurs && LastModified && LastModified.getTime() <= limit) yield name;
      }
    }
  }

  private at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.bucket, Key: `${this.prefix}${placeOf(key).join('/')}` };
  }

  /** The library is large, and few use it. */
  private connected(): Promise<Connection> {
    this.connection ??= import('@aws-sdk/client-s3').then((s3) => {
      const region = this.options.get('region');
      const endpoint = this.options.get('endpoint');
      const client = new s3.S3Client({
        ...(region ? { region } : {}),
        // Services that are not Amazon's know buckets by path, and not all of them its newer checksums.
        ...(endpoint ? { endpoint, forcePathStyle: true } : {}),
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
      });
      return { s3, client };
    });
    return this.connection;
  }
}

const MISSING = ['NoSuchKey', 'NotFound'];

async function orMissing<T>(found: Promise<T>, missing: null): Promise<T | null> {
  try {
    return await found;
  } catch (error) {
    if (MISSING.includes((error as Error).name)) return missing;
    throw error;
  }
}
