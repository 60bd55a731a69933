import type { Aggregate, Expression, Operator } from './expression.ts'

/** One value for each moment; undefined where there is none. */
export type Series = readonly (number | undefined)[]

export type EvaluateOptions = {
  /** How many moments there are. */
  readonly length: number
  /** What an id stands for. */
  readonly seriesOf: (id: string) => Series
}

/** The values of an expression, moment by moment. What cannot be known, such as a division by zero, is missing. */
export function evaluateExpression(expression: Expression, { length, seriesOf }: EvaluateOptions): Series {
  return evaluate(expression)

  function evaluate(each: Expression): Series {
    switch (each.kind) {
      case 'number':
        return moments(() => each.value)
      case 'reference': {
        const series = seriesOf(each.id)
        return moments(at => series[at])
      }
      case 'negative': {
        const of = evaluate(each.of)
        return moments(at => negated(of[at]))
      }
      case 'operation': {
        const [left, right] = [evaluate(each.left), evaluate(each.right)]
        return moments(at => operate(each.operator, left[at], right[at]))
      }
      case 'aggregate': {
        const all = each.of.map(evaluate)
        return moments(at => aggregate(each.name, all.map(series => series[at]).filter(isPresent)))
      }
      case 'fill': {
        const [of, value] = [evaluate(each.of), evaluate(each.value)]
        return moments(at => of[at] ?? value[at])
      }
      case 'if': {
        const [condition, value] = [evaluate(each.condition), evaluate(each.value)]
        const otherwise = each.otherwise === undefined ? [] : evaluate(each.otherwise)
        return moments(at => {
          const holds = condition[at]
          if (holds === undefined) return undefined
          return holds === 0 ? otherwise[at] : value[at]
        })
      }
    }
  }

  function moments(value: (at: number) => number | undefined): Series {
    return Array.from({ length }, (_, at) => finite(value(at)))
  }
}

function finite(value: number | undefined): number | undefined {
  return value === undefined || !Number.isFinite(value) ? undefined : value
}

function negated(value: number | undefined): number | undefined {
  return value === undefined ? undefined : -value
}

function isPresent(value: number | undefined): value is number {
  return value !== undefined
}

function operate(operator: Operator, left?: number, right?: number): number | undefined {
  if (left === undefined || right === undefined) return undefined
  switch (operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return right === 0 ? undefined : left / right
    case '==':
      return Number(left === right)
    case '!=':
      return Number(left !== right)
    case '<':
      return Number(left < right)
    case '<=':
      return Number(left <= right)
    case '>':
      return Number(left > right)
    case '>=':
      return Number(left >= right)
  }
}

function aggregate(name: Aggregate, values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined
  switch (name) {
    case 'SUM':
      return sum(values)
    case 'AVG':
      return sum(values) / values.length
    case 'MIN':
      return Math.min(...values)
    case 'MAX':
      return Math.max(...values)
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
