type Sandbox = {
  readonly url: string
  readonly account: string
  readonly region: string
  readonly timings: string
  readonly home: string
  readonly notice?: string
}

/** Where the sandbox is, and how any AWS client gets there. */
export function sandboxText(
  { url, account, region, timings, home, notice }: Sandbox,
  what: string,
): readonly string[] {
  return [
    `the sandbox ${what}: ${url} (account ${account}, ${region}, ${timings} timings)`,
    `  its state: ${home}`,
    `  tapit:     tapit --sandbox status`,
    `  others:    eval "$(tapit sandbox env)"`,
    ...(notice === undefined ? [] : [`  note:      ${notice}`]),
  ]
}
