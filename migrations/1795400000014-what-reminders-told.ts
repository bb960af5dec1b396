import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a mail told of each matter, as a hash: one that still holds need not be written again right before it leaves. */
export class WhatRemindersTold1795400000014 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`alter table reminder add column told_hash bytea`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`alter table reminder drop column told_hash`);
  }
}
