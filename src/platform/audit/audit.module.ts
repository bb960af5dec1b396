import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditEntry } from './audit-entry.entity.js';
import { Changes } from './changes.js';
import { RecordFollowers } from './record-followers.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([AuditEntry])],
  providers: [Changes, RecordFollowers],
  exports: [Changes, RecordFollowers],
})
export class AuditModule {}
