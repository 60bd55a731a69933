import type { Flag } from '../command.ts'

/** A flag of every command; one with a value may have a closed list of them, or select (and then must not be empty). */
export type GlobalFlag = Flag & { readonly allowed?: readonly string[]; readonly selects?: true }

/** The options that every command takes: `GlobalOptions`, as typed. */
export const globalFlags: readonly GlobalFlag[] = [
  {
    name: 'app',
    alias: 'a',
    value: 'APP',
    selects: true,
    summary: 'The app; else TAPIT_APP, else tapit.yml here or above.',
  },
  {
    name: 'environment',
    alias: 'e',
    value: 'ENV',
    selects: true,
    summary: 'The environment of the app. Default: production.',
  },
  {
    name: 'output',
    alias: 'o',
    value: 'FORMAT',
    allowed: ['text', 'json'],
    summary: 'text or json: one document on stdout. Default: text.',
  },
  { name: 'sandbox', summary: 'Use the AWS sandbox on this machine instead of AWS.' },
  { name: 'yes', summary: 'Do not ask on a terminal, as rollback, init, prune and sandbox reset do.' },
  { name: 'verbose', summary: 'Tell of each step and count as it happens, line by line.' },
  { name: 'debug', summary: 'Show stack traces, and progress as plain lines.' },
  { name: 'help', alias: 'h', summary: 'Show the help of a command.' },
]
