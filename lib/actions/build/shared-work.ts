/** Work that is done once for all who want it: each hears all of its news, also those from before it came. */
export type SharedWork<News, End> = {
  /** Begins the work, or joins in. It is stopped once everybody who wanted it has given up. */
  join(options: { readonly signal: AbortSignal; readonly tell: (news: News) => void }): Promise<End>
}

export function sharedWork<News, End>(
  work: (options: { readonly signal: AbortSignal; readonly tell: (news: News) => void }) => Promise<End>,
): SharedWork<News, End> {
  const told: News[] = []
  const listeners = new Set<(news: News) => void>()
  const stopping = new AbortController()
  let wanted = 0
  let running: Promise<End> | undefined

  const tell = (news: News): void => {
    told.push(news)
    for (const listener of listeners) listener(news)
  }
  const giveUp = (): void => {
    wanted -= 1
    if (wanted === 0) stopping.abort()
  }

  return {
    join: async ({ signal, tell: listener }) => {
      for (const news of told) listener(news)
      listeners.add(listener)
      wanted += 1
      signal.addEventListener('abort', giveUp, { once: true })
      if (signal.aborted) giveUp()
      running ??= work({ signal: stopping.signal, tell })
      try {
        return await running
      } finally {
        listeners.delete(listener)
        signal.removeEventListener('abort', giveUp)
      }
    },
  }
}
