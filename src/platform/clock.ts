import { Injectable } from '@nestjs/common';

/** The only source of the present instant. Tests and the demo set their own. */
@Injectable()
export class Clock {
  now(): Date {
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

  override now(): Date {
    return new Date(Date.now() + this.offset);
  }

  set(shows: Date): void {
    this.offset = shows.getTime() - Date.now();
  }
}
