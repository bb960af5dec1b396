import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createAsOfViews, dropAsOfViews } from './as-of-views.js';

/** What a commitment is searched by. */
const SEARCHED = [
  'title',
  'problem',
  'status_quo',
  'action',
  'solution',
  'long_term_goal',
  'expected_outputs',
  'expected_outcomes',
];
/** Accents, and in Arabic vowels, hamza on or below its letter (which is a mark of its own once it is taken apart), and the stroke that only lengthens a word. */
const MARKS = String.raw`[\u0300-\u036f\u0640\u064b-\u065f\u0670]`;
/** "the", also after "and", "so", "with", "like" or "for", which are written without a space. */
const ARTICLE = `[وف]?(?:ال|بال|كال|لل)(?=[ء-ي]{3})`;

/**
 * Arabic is found as it is typed: without vowels and hamza, with ه for ة and ى for ي, and with or without the article; French
 * without accents.
 */
export class SearchInArabic1795400000041 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create function without_marks(words text) returns text language sql immutable strict parallel safe as $$
        select lower(translate(regexp_replace(normalize(words, NFKD), '${MARKS}', '', 'g'), 'ىة', 'يه'))
      $$`);
    await db.query(`
      create function search_words(texts jsonb[]) returns tsvector language sql immutable parallel safe as $$
        select strip(to_tsvector('simple', w.words) || to_tsvector('simple', regexp_replace(w.words, '(^|[^ء-ي])${ARTICLE}', '\\1', 'g')))
          from (select public.without_marks(coalesce(string_agg(said #>> '{}', ' '), '')) as words
                  from unnest(texts) t (languages) cross join jsonb_path_query(t.languages, '$.*.text') said) w
      $$`);
    await db.query(`
      create function search_query(words text) returns tsquery language sql immutable parallel safe as $$
        select coalesce(string_agg(format('(%s:* | %s:*)', quote_literal(w.lexeme), quote_literal(w.stem)), ' & '), '')::tsquery
          from (select lexeme, regexp_replace(regexp_replace(lexeme, '^${ARTICLE}', ''), '^([ء-ي]{3,})ه$', '\\1') as stem
                  from unnest(to_tsvector('simple', public.without_marks(words)))) w
      $$`);
    await db.query(
      `comment on function without_marks is 'words as they are compared: in small letters, without accents, vowels and hamza'`,
    );
    await db.query(
      `comment on function search_words is 'words of texts in all their languages, each with and without its Arabic article'`,
    );
    await db.query(`comment on function search_query is 'what has every one of the words, or their beginnings'`);
    await this.searchBy(db, `search_words(array[${SEARCHED.join(', ')}])`);
    const said = SEARCHED.map((column) => `nullif(said->'${column}', 'null')`);
    await this.former(db, `search_words(array[${said.join(', ')}])`);
  }

  async down(db: QueryRunner): Promise<void> {
    const words = (texts: string): string =>
      `jsonb_to_tsvector('simple', coalesce(jsonb_path_query_array(${texts}, '$.*.text'), '[]'), '["string"]')`;
    await this.searchBy(db, SEARCHED.map(words).join(' || '));
    await this.former(db, SEARCHED.map((column) => words(`nullif(said->'${column}', 'null')`)).join(' || '));
    await db.query(`drop function search_query, search_words, without_marks`);
  }

  private async searchBy(db: QueryRunner, words: string): Promise<void> {
    await dropAsOfViews(db);
    await db.query(`alter table commitment drop column search`);
    await db.query(`alter table commitment add column search tsvector not null generated always as (${words}) stored`);
    await db.query(`create index commitment_search_index on commitment using gin (search)`);
    await createAsOfViews(db);
  }

  /** What was said before is found in the same way. */
  private async former(db: QueryRunner, words: string): Promise<void> {
    await db.query(`alter table as_of.former_row disable trigger former_row_append_only`);
    await db.query(
      `update as_of.former_row set said = jsonb_set(said, '{search}', to_jsonb((${words})::text)) where table_name = 'commitment' and said is not null`,
    );
    await db.query(`alter table as_of.former_row enable trigger former_row_append_only`);
  }
}
