declare module 's3rver' {
  interface Options {
    readonly address: string;
    readonly port: number;
    readonly silent: boolean;
    readonly directory: string;
    readonly configureBuckets: ReadonlyArray<{ readonly name: string; readonly configs: readonly string[] }>;
  }
  /** A server on this machine that speaks the protocol of S3; the package brings no types. */
  class S3rver {
    constructor(options: Options);
    run(): Promise<unknown>;
    close(): Promise<void>;
  }
  export = S3rver;
}
