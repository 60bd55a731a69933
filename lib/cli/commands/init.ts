import { exitCodes, Refusal } from '../../names/refusal.ts'
import type { Ask } from '../../init/ask-identity.ts'
import { initialise } from '../../init/initialise.ts'
import type { Handler, Invocation } from '../command.ts'
import type { Io } from '../io.ts'
import { printResult } from '../print-result.ts'
import { initText } from '../wording/init-text.ts'

/** Writes tapit.yml. */
export const init: Handler = async (invocation, io) => {
  if (io.openFolder === undefined) throw new Error('tapit init needs a folder')
  const { keys, flags } = invocation
  const from = keys['from']
  const options = {
    folder: await io.openFolder(io.cwd),
    env: io.env,
    said: saidIn(invocation),
    force: flags['force'] === true,
    ...(from !== undefined && { from }),
  }
  const initialised = await asking(invocation, io, ask => initialise({ ...options, ...(ask && { ask }) }))
  await printResult(
    { invocation, io },
    {
      document: () => {
        const { findings, ...rest } = initialised
        return { ...rest, found: findings }
      },
      text: view => initText(initialised, view),
    },
  )
  return exitCodes.done
}

function saidIn({ keys, global }: Invocation): Readonly<Record<string, string>> {
  const said = {
    app: global.app,
    region: keys['region'],
    github: keys['github'],
    domain: keys['domain'],
    certificate: keys['certificate'],
  }
  return Object.fromEntries(
    Object.entries(said).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

/** Somebody who gave keys has said what there is to say, and a document is for programs: then nobody is asked. */
async function asking<T>(invocation: Invocation, io: Io, work: (ask?: Ask) => Promise<T>): Promise<T> {
  const { keys, global } = invocation
  const isSaid =
    Object.values(keys).some(value => value !== undefined) ||
    global.app !== undefined ||
    global.yes ||
    global.output === 'json'
  if (isSaid || io.openDialogue === undefined) return work()
  const dialogue = await io.openDialogue()
  try {
    return await work(async question => (await dialogue.ask(question)) ?? refuseInterrupted())
  } finally {
    dialogue.close()
  }
}

function refuseInterrupted(): never {
  throw new Refusal({
    code: 'interrupted',
    exit: 'interrupted',
    message: 'interrupted; nothing was written.',
    advice: '`tapit init --yes` asks nothing.',
  })
}
