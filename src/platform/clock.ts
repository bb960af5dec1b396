import { Injectable } from '@nestjs/common';
import { askedAsOf } from './logging/request-context.js';

/** The only source of the present instant, or of the one that a question about the past is asked for. Tests and the demo set their own. */
@Injectable()
export class Clock {
  now(): Date {
    return askedAsOf() ?? this.present();
  }

  present(): Date {
    return new Date();
  }
}

/** A clock that was set to an instant and runs on from there. */
export class SetClock extends Clock {
  private offset: number;

  constructor(shows: Date, since: Date = new Date()) {
    super();
    this.offset = shows.getTime() - since.getTime();
  }

  override present(): Date {
    return new Date(Date.now() + this.offset);
  }

  set(shows: Date): void {
    this.offset = shows.getTime() - Date.now();
  }
}
