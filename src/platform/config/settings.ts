import { resolve } from 'node:path';
import {
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsUrl,
  Matches,
  Max,
  Min,
  validateSync,
  type ValidationError,
} from 'class-validator';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Everything that can be set from outside, read from the environment once. README.md has the table. */
export class Settings {
  @IsInt() @Min(0) @Max(65535) PORT!: number;
  @IsNotEmpty() HOST!: string;
  @IsOptional()
  @Matches(/^postgres(ql)?:\/\//, { message: 'DATABASE_URL must be a postgres:// address' })
  DATABASE_URL?: string;
  @Matches(/^postgres(ql)?:\/\//, {
    each: true,
    message: 'DATABASE_REPLICA_URLS must be postgres:// addresses, separated by commas',
  })
  DATABASE_REPLICA_URLS!: string[];
  @IsOptional()
  @Matches(/^smtps?:\/\//, { message: 'SMTP_URL must be an smtp:// or smtps:// address' })
  SMTP_URL?: string;
  @Matches(/^[^\r\n]*[^\s<>]+@[^\s<>]+>?$/, { message: 'MAIL_FROM must be a mail address, with or without a name' })
  MAIL_FROM!: string;
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] }) PUBLIC_URL!: string;
  @IsNotEmpty() DATA_DIR!: string;
  @IsIn(LOG_LEVELS) LOG_LEVEL!: (typeof LOG_LEVELS)[number];
  @IsIn(['development', 'test', 'production'], { message: 'NODE_ENV must be development, test or production' })
  NODE_ENV!: string;
  /** `real`, or the instant that a demonstration's clock shows when it is first started. Never in production. */
  @Matches(/^(real|\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2}))$/, {
    message: 'DEMO_CLOCK must be "real" or an instant with its offset, such as 2024-07-01T08:00+03:00',
  })
  DEMO_CLOCK!: string;

  get production(): boolean {
    return this.NODE_ENV === 'production';
  }
}

/** All that is wrong with the settings, at once. */
export class SettingsRefused extends Error {
  constructor(readonly problems: readonly string[]) {
    super(['The settings do not allow a start:', ...problems.map((problem) => `  - ${problem}`)].join('\n'));
  }
}

/** During this quarter of the Greater Salt plan the demonstration has something to show. */
const DEMO_INSTANT = '2024-07-01T08:00+03:00';

export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const given = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const settings = new Settings();
  settings.NODE_ENV = given('NODE_ENV') ?? 'development';
  settings.PORT = Number(given('PORT') ?? 3000);
  settings.HOST = given('HOST') ?? (settings.production ? '0.0.0.0' : '127.0.0.1');
  settings.DATABASE_URL = given('DATABASE_URL');
  settings.DATABASE_REPLICA_URLS = (given('DATABASE_REPLICA_URLS') ?? '')
    .split(',')
    .map((url) => url.trim())
    .filter(Boolean);
  settings.SMTP_URL = given('SMTP_URL');
  settings.MAIL_FROM = given('MAIL_FROM') ?? 'Mithaq <mithaq@example.org>';
  settings.PUBLIC_URL = (given('PUBLIC_URL') ?? `http://localhost:${settings.PORT}`).replace(/\/+$/, '');
  settings.DATA_DIR = resolve(given('DATA_DIR') ?? 'data');
  settings.LOG_LEVEL = (given('LOG_LEVEL') ?? 'info') as Settings['LOG_LEVEL'];
  settings.DEMO_CLOCK = given('DEMO_CLOCK') ?? (settings.production || settings.DATABASE_URL ? 'real' : DEMO_INSTANT);
  const problems = [...validateSync(settings).flatMap(sentences), ...missingInProduction(settings, given)];
  if (problems.length > 0) throw new SettingsRefused(problems);
  return settings;
}

function sentences(error: ValidationError): string[] {
  return Object.values(error.constraints ?? {}).map((sentence) => `${error.property}: ${sentence}`);
}

function missingInProduction(settings: Settings, given: (name: string) => string | undefined): string[] {
  if (!settings.production) return [];
  return [
    ...['DATABASE_URL', 'SMTP_URL', 'MAIL_FROM', 'PUBLIC_URL']
      .filter((name) => !given(name))
      .map((name) => `${name}: must be set when NODE_ENV is production`),
    ...(settings.DEMO_CLOCK === 'real' ? [] : ['DEMO_CLOCK: must be "real" when NODE_ENV is production']),
  ];
}
