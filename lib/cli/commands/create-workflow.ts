import { basename } from 'node:path'
import { writeWorkflow } from '../../init/write-workflow.ts'
import { exitCodes, Refusal } from '../../names/refusal.ts'
import type { Handler } from '../command.ts'
import { folderConfig } from '../places/folder-config.ts'
import { printResult } from '../print-result.ts'
import { workflowText } from '../wording/workflow-text.ts'

/** Writes a workflow of GitHub Actions for the folder's tapit.yml. */
export const createWorkflow: Handler = async (invocation, io) => {
  if (io.openFolder === undefined) throw new Error('tapit create workflow needs a folder')
  const { file } = invocation.keys
  const config = folderConfig(invocation, io)
  // The jobs look for it where they run, at the root.
  if (config === undefined || config.file !== basename(config.file)) throw noConfig(config?.file)
  const written = await writeWorkflow({
    folder: await io.openFolder(io.cwd),
    config,
    force: invocation.flags['force'] === true,
    version: io.version,
    ...(file !== undefined && { file }),
  })
  await printResult(
    { invocation, io },
    { document: () => written, text: view => workflowText(written, view) },
  )
  return exitCodes.done
}

function noConfig(file: string | undefined): Refusal {
  return new Refusal({
    code: 'no_config',
    exit: 'usage',
    message:
      file === undefined
        ? 'there is no tapit.yml here, and it says which branch deploys to which environment.'
        : `tapit.yml is not here but further up: ${file}.`,
    advice: file === undefined ? '`tapit init` writes one.' : 'Go to its folder, and run it there.',
  })
}
