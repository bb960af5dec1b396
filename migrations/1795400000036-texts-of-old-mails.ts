import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds the mails whose words are old enough to go. Those that have none left are not in it. */
export class TextsOfOldMails1795400000036 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(
      `create index outbox_mail_text_index on outbox_mail (sent_at) where status = 'SENT' and text_part <> ''`,
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop index outbox_mail_text_index`);
  }
}
