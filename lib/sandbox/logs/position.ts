import { AwsError } from '../wire/aws-error.ts'
import type { LogEventState } from './state.ts'

/** A place between events: pages stay right when new events come in, also late ones. */
export type Position = { readonly at: number; readonly id: string }

export function isAfter(event: Position, position: Position): boolean {
  return event.at === position.at ? event.id > position.id : event.at > position.at
}

export function isBefore(event: Position, position: Position): boolean {
  return event.at === position.at ? event.id < position.id : event.at < position.at
}

/** Where the next page of a search goes on, and in which direction: the token's counts, not the request's. */
export type SearchPosition = { readonly newestFirst: boolean; readonly position: Position | undefined }

export function searchToken(last: Position, { newestFirst }: { newestFirst: boolean }): string {
  return `${newestFirst ? 'b' : 'f'}/${tokenOf(last)}`
}

export function searchPosition(token: string): SearchPosition {
  return { newestFirst: token.startsWith('b/'), position: positionOf(token.slice(2)) }
}

function positionOf(token: string): Position {
  const [, at, id] = /^(\d+)\/(\d*)$/.exec(token) ?? []
  if (at === undefined || id === undefined) {
    throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.')
  }
  return { at: Number(at), id }
}

function tokenOf({ at, id }: Position): string {
  return `${at}/${id}`
}

export type StreamPageOptions = {
  readonly token: string | undefined
  readonly fromHead: boolean
  readonly size: number
}

export type StreamPage = {
  readonly page: readonly LogEventState[]
  readonly forward: string
  readonly backward: string
}

/** A page of one stream. Its tokens lead both ways for ever: at an end, the token that was sent comes back. */
export function streamTokens(
  events: readonly LogEventState[],
  { token, fromHead, size }: StreamPageOptions,
): StreamPage {
  if (token === undefined) {
    const page = fromHead ? events.slice(0, size) : events.slice(-size)
    return tokens(page, { at: 0, id: '' })
  }
  const position = positionOf(token.slice(2))
  if (token.startsWith('f/'))
    return tokens(events.filter(event => isAfter(event, position)).slice(0, size), position)
  if (token.startsWith('b/'))
    return tokens(events.filter(event => isBefore(event, position)).slice(-size), position)
  throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.')
}

function tokens(page: readonly LogEventState[], here: Position): StreamPage {
  return { page, forward: `f/${tokenOf(page.at(-1) ?? here)}`, backward: `b/${tokenOf(page[0] ?? here)}` }
}
