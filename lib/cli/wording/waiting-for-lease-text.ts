type Waiting = { readonly holder: string; readonly seconds: number }

/** Another command seems to have died while it held the process. */
export function waitingForLeaseText({ holder, seconds }: Waiting): string {
  return `held by ${holder}, which may have died: taken over if it gives no sign of life for ${seconds} s.`
}
