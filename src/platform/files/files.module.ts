import { Global, Module } from '@nestjs/common';
import { join } from 'node:path';
import { Settings } from '../config/settings.js';
import { FileStore } from './file-store.js';
import { LocalFileStore } from './local-file-store.js';
import { S3FileStore } from './s3-file-store.js';

@Global()
@Module({
  providers: [
    {
      provide: FileStore,
      inject: [Settings],
      useFactory: ({ FILES_URL, DATA_DIR }: Settings): FileStore =>
        FILES_URL ? new S3FileStore(FILES_URL) : new LocalFileStore(join(DATA_DIR, 'files')),
    },
  ],
  exports: [FileStore],
})
export class FilesModule {}
