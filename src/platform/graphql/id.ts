const SHAPE = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether this can be one of our ids at all; anything else exists nowhere. */
export const isId = (value: string): boolean => SHAPE.test(value);
