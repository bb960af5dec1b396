import { availableParallelism } from 'node:os';

/** Every test runs as an ES module, against the real parts that `test/support` starts. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  testRunner: '<rootDir>/test/support/native-modules.js',
  globalSetup: '<rootDir>/test/support/global-setup.js',
  globalTeardown: '<rootDir>/test/support/global-teardown.js',
  transform: {},
  testSequencer: '<rootDir>/test/support/slowest-first.js',
  // Most tests wait for a database, a mail server or a process: meanwhile the cores have more to do.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
  testTimeout: 60_000,
};
