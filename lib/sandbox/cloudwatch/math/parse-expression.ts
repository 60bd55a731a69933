import { type Aggregate, aggregates, type Expression, type Operator } from './expression.ts'

/** An expression that is none, or that the sandbox does not know. */
export class ExpressionError extends Error {}

/**
 * Reads metric math by recursive descent.
 *
 *     comparison := sum [ ( == | != | <= | >= | < | > ) sum ]
 *     sum        := product { ( + | - ) product }
 *     product    := factor { ( * | / ) factor }
 *     factor     := '-' factor | number | id | '(' comparison ')' | function
 *     function   := ( SUM | AVG | MIN | MAX ) '(' '[' list ']' ')' | FILL '(' e, e ')' | IF '(' e, e [, e] ')'
 */
export function parseExpression(text: string): Expression {
  if (text.length > longest) throw new ExpressionError(`it is longer than ${longest} characters`)
  const tokens = tokensOf(text)
  let position = 0
  let depth = 0

  const expression = comparison()
  if (peek() !== undefined) throw unexpected()
  return expression

  function comparison(): Expression {
    const left = sum()
    const operator = comparisons.find(each => each === peek())
    if (operator === undefined) return left
    next()
    return { kind: 'operation', operator, left, right: sum() }
  }

  function sum(): Expression {
    return chain(['+', '-'], product)
  }

  function product(): Expression {
    return chain(['*', '/'], factor)
  }

  /** From left to right, as many as there are. */
  function chain(operators: readonly Operator[], part: () => Expression): Expression {
    let left = part()
    for (let operator = which(operators); operator !== undefined; operator = which(operators)) {
      next()
      left = { kind: 'operation', operator, left, right: part() }
    }
    return left
  }

  function which(operators: readonly Operator[]): Operator | undefined {
    return operators.find(each => each === peek())
  }

  function factor(): Expression {
    depth += 1
    if (depth > deepest) throw new ExpressionError(`it is nested more than ${deepest} deep`)
    const read = deepFactor()
    depth -= 1
    return read
  }

  function deepFactor(): Expression {
    const token = peek()
    if (token === undefined) throw unexpected()
    if (token === '-') {
      next()
      return { kind: 'negative', of: factor() }
    }
    if (token === '(') {
      next()
      const inner = comparison()
      expect(')')
      return inner
    }
    if (/^[\d.]/.test(token)) {
      next()
      return { kind: 'number', value: Number(token) }
    }
    if (/^[a-z]/.test(token)) {
      next()
      return { kind: 'reference', id: token }
    }
    if (/^[A-Z]/.test(token)) return call(token)
    throw unexpected()
  }

  function call(name: string): Expression {
    next()
    const aggregate = aggregates.find(each => each === name)
    if (aggregate !== undefined) return aggregateOf(aggregate)
    if (name !== 'FILL' && name !== 'IF') throw unknown(name)
    expect('(')
    const [first, second, third, more] = list(')')
    if (first === undefined || second === undefined || more !== undefined) throw arity(name)
    if (name === 'IF') {
      return { kind: 'if', condition: first, value: second, ...(third !== undefined && { otherwise: third }) }
    }
    if (third !== undefined) throw arity(name)
    return { kind: 'fill', of: first, value: second }
  }

  function aggregateOf(name: Aggregate): Expression {
    expect('(')
    if (peek() !== '[') {
      throw new ExpressionError(
        `${name} takes several time series here, as in ${name}([m1, m2]); of a single one it makes a number, which the sandbox does not do`,
      )
    }
    next()
    const of = list(']')
    expect(')')
    return { kind: 'aggregate', name, of }
  }

  /** Expressions, separated by commas, and what ends them. */
  function list(end: ')' | ']'): readonly Expression[] {
    const items = [comparison()]
    while (peek() === ',') {
      next()
      items.push(comparison())
    }
    expect(end)
    return items
  }

  function peek(): string | undefined {
    return tokens[position]
  }

  function next(): void {
    position += 1
  }

  function expect(token: string): void {
    if (peek() !== token) throw unexpected()
    next()
  }

  function unexpected(): ExpressionError {
    const token = peek()
    return new ExpressionError(token === undefined ? 'it ends too early' : `'${token}' is not expected there`)
  }
}

/** As AWS limits an expression, and what no stack overflows from. */
const longest = 2048
const deepest = 100

const comparisons = ['==', '!=', '<=', '>=', '<', '>'] as const

function tokensOf(text: string): readonly string[] {
  const tokens: string[] = []
  const token =
    /\s*(?:((?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[A-Za-z][A-Za-z0-9_]*|==|!=|<=|>=|[-+*/()[\],<>])|$)/y
  while (token.lastIndex < text.length) {
    const from = token.lastIndex
    const [whole, word] = token.exec(text) ?? []
    if (whole === undefined)
      throw new ExpressionError(`'${text.slice(from).trim()[0] ?? ''}' is not known here`)
    if (word === undefined) break
    tokens.push(word)
  }
  return tokens
}

function unknown(name: string): ExpressionError {
  return new ExpressionError(`the sandbox knows ${[...aggregates, 'FILL', 'IF'].join(', ')}, not ${name}`)
}

function arity(name: 'FILL' | 'IF'): ExpressionError {
  return new ExpressionError(name === 'FILL' ? 'FILL takes two values' : 'IF takes two or three values')
}
