import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditEntry } from './audit-entry.entity.js';
import { Changes } from './changes.js';

@Global()
@Module({ imports: [TypeOrmModule.forFeature([AuditEntry])], providers: [Changes], exports: [Changes] })
export class AuditModule {}
