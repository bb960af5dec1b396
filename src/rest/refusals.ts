interface Refusal {
  readonly description: string;
  readonly example: {
    readonly title: string;
    readonly code: string;
    readonly violations?: ReadonlyArray<{ readonly field: string; readonly message: string }>;
    readonly id?: string;
  };
}

const EDITED =
  'Somebody changed this check-in in the meantime. Load it again (version 3), then try again. Nothing of theirs was lost.';

/** What each status means to whoever gets it. */
export const REFUSALS: Readonly<Record<number, Refusal>> = {
  400: {
    description: 'Something that was sent is not right; `violations` names all of it.',
    example: {
      title: '1 field is not right.',
      code: 'BAD_USER_INPUT',
      violations: [{ field: 'limit', message: 'Must be a whole number from 1 to 100.' }],
    },
  },
  401: {
    description: 'This is not for the public, or the token is not good.',
    example: { title: 'Sign in first: this is not for the public.', code: 'UNAUTHENTICATED' },
  },
  403: {
    description: 'The role or the scopes of the token do not allow it.',
    example: { title: 'Your role does not allow this here.', code: 'FORBIDDEN' },
  },
  404: {
    description: 'There is no such thing; `violations` names the part of the address that leads nowhere.',
    example: {
      title: 'There is no plan “no-such”.',
      code: 'NOT_FOUND',
      violations: [{ field: 'plan', message: 'There is no plan “no-such”.' }],
    },
  },
  409: {
    description: 'The period is not open, the check-in was handed in already, or somebody saved in between.',
    example: { title: EDITED, code: 'CONFLICT', violations: [{ field: 'version', message: EDITED }] },
  },
  412: {
    description: 'The check-in is not the one that `If-Match` names any more.',
    example: { title: EDITED, code: 'CONFLICT', violations: [{ field: 'If-Match', message: EDITED }] },
  },
  413: {
    description: 'The body is too large.',
    example: {
      title: 'The request is larger than 1 MB.',
      code: 'BAD_USER_INPUT',
      violations: [{ field: 'body', message: 'The request is larger than 1 MB.' }],
    },
  },
  415: {
    description: 'The body is not JSON by its media type.',
    example: {
      title: 'Send application/json.',
      code: 'BAD_USER_INPUT',
      violations: [{ field: 'body', message: 'Send application/json.' }],
    },
  },
  429: {
    description: 'Too many requests; the headers say when to come again.',
    example: { title: 'Too many requests. Try again in 12 seconds.', code: 'RATE_LIMITED' },
  },
  500: {
    description: 'Our own fault.',
    example: {
      title:
        'Something went wrong on our side. If it happens again, tell the operator this id: 0b6f2b1e-6a38-4f0c-9d57-3f6f1d2f8a11',
      code: 'INTERNAL',
      id: '0b6f2b1e-6a38-4f0c-9d57-3f6f1d2f8a11',
    },
  },
  503: {
    description:
      'More is being asked than can be answered, or the database is away (`UNAVAILABLE`: a change that was under way may or may not have been made); the same will do in the seconds that `Retry-After` says.',
    example: { title: 'Too much is being asked at the moment. Try again in 2 seconds.', code: 'OVERLOADED' },
  },
  504: {
    description: 'The database took longer over this than it is given. Ask for less, or later.',
    example: {
      title: 'This took too long and was given up. Ask for less at once (fewer rows or fields), or try again later.',
      code: 'TIMEOUT',
    },
  },
};
