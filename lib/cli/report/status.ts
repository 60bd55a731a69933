import { textWidth } from '../text/text-width.ts'
import type { AppStatus, ProcessStatus } from '../../actions/status/process-status.ts'
import type { Health, PromotionStage } from '../../names/vocabulary.ts'
import { age } from '../wording/age.ts'
import { pauseIn } from '../wording/pause-in.ts'
import { shortDigest } from '../wording/short-digest.ts'
import { statusNotes } from '../wording/status-notes.ts'
import { finished } from './finished.ts'
import { fittingTable } from './fitting-table.ts'
import type { Look } from './paint.ts'
import { printableData } from './printable-data.ts'
import { prose } from './prose.ts'
import { runnable } from './runnable.ts'
import { spread } from './spread.ts'
import type { View } from './view.ts'

/** What runs: a row per process, with what a person should know about it at its end, or beneath it where the line is too short. */
export function showStatus(document: AppStatus, view: View): string[] {
  const printable = printableData(document)
  const { app, environment, asked, region, processes } = printable
  const place = [environment, ...(region === undefined ? [] : [region])].join(', ')
  const [url = '', ...otherUrls] = [...new Set(processes.flatMap(each => each.url ?? []))]
  const name = `${view.paint('strong', app)} (${place})`
  return finished(
    [
      ...(otherUrls.length === 0 ? spread(name, url, view.columns) : [name]),
      ...(asked === undefined
        ? []
        : prose(otherEnvironmentText({ environment, asked }), { view, indent: 2 })),
      ...(processes.length === 0 ? ['  no processes'] : rows({ app, processes }, view)),
      ...(otherUrls.length === 0 ? [] : ['', ...urls(processes, view)]),
    ],
    view,
  )
}

function otherEnvironmentText({ environment, asked }: { environment: string; asked: string }): string {
  return `The cluster says that it is ${environment}, not ${asked}: nothing is changed there with -e ${asked}.`
}

function rows({ app, processes }: Pick<AppStatus, 'app' | 'processes'>, view: View): string[] {
  const notes = processes.map(each =>
    statusNotes(each, { app, now: view.now }).map(note => runnable(note, view)),
  )
  const cells = processes.map(each => cellsOf(each, view))
  const titles = titlesOf(view)
  const beside = besideTheRows(cells, notes, { titles, view })
  if (beside !== undefined) return beside
  const [title = '', ...lines] = fittingTable(
    [
      [titles.all, ...cells.map(({ all }) => all)],
      [titles.some, ...cells.map(({ some }) => some)],
      [titles.few, ...cells.map(({ few }) => few)],
    ],
    { columns: view.columns, indent: 2 },
  )
  return [
    title,
    ...lines.flatMap((line, index) => [
      line,
      ...(notes[index] ?? []).flatMap(note => prose(note, { view, indent: 6 })),
    ]),
  ]
}

/** Every column, and the notes at the ends of their rows; one that is too long there, as that of a pause, beneath its row. */
function besideTheRows(
  cells: readonly Cells[],
  notes: readonly (readonly string[])[],
  { titles, view }: { readonly titles: ReturnType<typeof titlesOf>; readonly view: View },
): string[] | undefined {
  const columns = Math.min(view.columns, widest)
  const tableOf = (told: readonly string[]) => {
    const title = told.some(note => note !== '') ? titles.note : ''
    const rows = [[...titles.all, title], ...cells.map(({ all }, index) => [...all, told[index] ?? ''])]
    return fittingTable([rows], { columns: Infinity, indent: 2 })
  }
  const told = notes.map(those => those.join(' · '))
  const whole = tableOf(told).slice(1)
  const short = told.map((note, index) => (textWidth(whole[index] ?? '') <= columns ? note : ''))
  const isAllBeneath = told.some(note => note !== '') && short.every(note => note === '')
  const [title = '', ...lines] = tableOf(short)
  if (isAllBeneath || [title, ...lines].some(line => textWidth(line) > columns)) return undefined
  return [
    title,
    ...lines.flatMap((line, index) => [
      line,
      ...(short[index] === '' ? (notes[index] ?? []).flatMap(note => prose(note, { view, indent: 6 })) : []),
    ]),
  ]
}

/** A note at the end of a longer line is not seen together with its process any more. */
const widest = 150

type Cells = {
  readonly all: readonly string[]
  readonly some: readonly string[]
  readonly few: readonly string[]
}

function titlesOf({ paint }: View): Cells & { readonly note: string } {
  const title = (text: string) => paint('dim', text)
  const process = title('PROCESS')
  const tag = title('TAG')
  const stage = title('STAGE')
  const health = title('HEALTH')
  const tasks = title('TASKS')
  return {
    all: [process, tag, stage, health, tasks, title('SINCE')],
    some: [process, tag, stage, health, tasks],
    few: [process, stage, health, tasks],
    note: title('NOTE'),
  }
}

function cellsOf(each: ProcessStatus, { paint, now }: View): Cells {
  const process = paint('strong', each.process)
  const tag = each.dockerTag ?? (each.imageDigest === undefined ? '–' : shortDigest(each.imageDigest))
  const stage =
    each.stage === undefined
      ? paint('dim', each.stopped === undefined ? 'never deployed' : 'stopped')
      : isWaiting(each)
        ? paint('warn', 'waiting')
        : paint(stageLook(each.stage), each.stage.replaceAll('_', ' '))
  const health = each.health === undefined ? paint('dim', '–') : paint(healthLooks[each.health], each.health)
  const tasks = `${each.running}/${each.desired}`
  const since = each.since === undefined ? '' : age(now - each.since)
  return {
    all: [process, tag, stage, health, tasks, since],
    some: [process, tag, stage, health, tasks],
    few: [process, stage, health, tasks],
  }
}

/** ECS goes on when somebody says so. */
function isWaiting({ latest }: ProcessStatus): boolean {
  return latest !== undefined && pauseIn(latest.state) !== undefined
}

const healthLooks: Readonly<Record<Health, Look>> = { healthy: 'good', unhealthy: 'bad', pending: 'busy' }

function stageLook(stage: PromotionStage): Look {
  if (stage === 'active') return 'good'
  return stage === 'rolled_back' ? 'bad' : 'busy'
}

function urls(processes: readonly ProcessStatus[], { paint }: View): string[] {
  const reachable = processes.flatMap(({ process, url }) =>
    url === undefined ? [] : [[paint('dim', process), url]],
  )
  return fittingTable([reachable], { columns: Infinity, indent: 2 })
}
