import { isRecord } from '../is-record.ts'

/** Whether a process with this id runs, whoever's it is. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return isRecord(error) && error['code'] === 'EPERM'
  }
}
