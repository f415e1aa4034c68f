/** Options as typed, problems in words, limits that must agree with the decoders. */
import { describe, expect, it } from 'vitest'
import { RULES } from '#lib/protocol/access.ts'
import { CreateUserRequest, InspectRequest, TARGET_TEXT_MAX } from '#lib/protocol/requests.ts'
import { TOOL_FIELDS } from '#lib/tools/fields.ts'
import { TOOLS } from '#lib/tools/index.ts'
import { FORM_ORDER, TOOL_LABELS } from '#lib/tools/labels.ts'
import type { NumberField, OptionField } from '#lib/tools/tool.ts'
import { problemWords } from '../../app/_components/start/problem-words.ts'
import { LOWEST_ROLE, mayDo } from '../../app/_lib/may-do.ts'
import { foldedFrom, isTicked, NOTHING_CHANGED, optionError, optionsOf, readOption } from '../../app/_components/start/wanted.ts'
import * as limits from '../../app/_lib/limits.ts'

const fields = TOOLS.ping.fields
const isNumber = (field: OptionField): field is NumberField => field.kind === 'number'
const interval = fields.filter(isNumber).find((field) => field.name === 'intervalMs')

describe('options', () => {
  it('reads what is in range, says why not otherwise', () => {
    if (!interval) throw new Error('ping has no interval')
    expect(readOption(interval, ' ')).toEqual({})
    expect(readOption(interval, '1000')).toEqual({ value: 1000 })
    for (const text of ['abc', String(interval.min - 1), String(interval.max + 1), '300.5', '1e99']) expect(readOption(interval, text).error, text).toBeDefined()
  })
  it('starts with nothing set, and never drops a wrong number silently', () => {
    expect(optionsOf(undefined, fields)).toEqual({})
    expect(optionError(undefined, fields)).toBeNull()
    expect(optionsOf({ intervalMs: '1', count: '5' }, fields)).toEqual({ count: 5 })
    expect(optionError({ intervalMs: '1', count: '5' }, fields)).toContain('Interval')
  })
  it('what passes the form passes the tool', () => {
    for (const { id, fields: own, decodeOptions } of Object.values(TOOLS)) {
      const passes = (name: string, text: string): void => expect(decodeOptions(optionsOf({ [name]: text }, own)).ok, `${id} ${name} ${text}`).toBe(true)
      for (const field of own) {
        if (field.kind === 'number') for (const value of [field.min, field.max]) passes(field.name, String(value))
        else if (field.kind === 'text') passes(field.name, field.fallback)
        else for (const { value } of field.choices) passes(field.name, value)
      }
    }
  })
  it('shows a handful of many options and folds the rest; a short list is shown whole', () => {
    expect(foldedFrom(TOOLS.dns.fields)).toBeLessThan(TOOLS.dns.fields.length)
    expect(TOOLS.dns.fields.slice(0, foldedFrom(TOOLS.dns.fields)).map((field) => field.name)).toEqual(expect.arrayContaining(['recordType', 'server']))
    for (const tool of [TOOLS.ping, TOOLS.mtr, TOOLS.reach]) expect(foldedFrom(tool.fields), tool.id).toBe(tool.fields.length)
  })
  it('a text is checked by its own grammar, and an empty one is left to the tool', () => {
    const field = (name: string): OptionField => { const found = TOOLS.dns.fields.find((one) => one.name === name); if (!found) throw new Error(name); return found }
    expect(readOption(field('recordType'), ' a, mx ')).toEqual({ value: 'a, mx' })
    expect(readOption(field('recordType'), 'A,A').error).toMatch(/^Must be up to six record types/)
    expect(readOption(field('server'), 'ns1.example.com').error).toMatch(/addresses of up to/)
    expect(readOption(field('server'), '10.0.0.53,2001:db8::53')).toEqual({ value: '10.0.0.53,2001:db8::53' })
    expect(optionsOf({ server: '', recordType: '' }, TOOLS.dns.fields)).toEqual({})
    expect(optionError({ server: 'x' }, TOOLS.dns.fields)).toContain('More servers')
  })
  it('a word that is no choice is refused, none is left to the tool', () => {
    const protocol = TOOLS.mtr.fields.find((field) => field.name === 'protocol')
    if (!protocol) throw new Error('mtr has no protocol')
    expect(readOption(protocol, 'sctp').error).toContain('TCP')
    expect(readOption(protocol, 'tcp')).toEqual({ value: 'tcp' })
    expect(optionsOf({ protocol: '' }, TOOLS.mtr.fields)).toEqual({})
  })
  it('the form knows every tool without its parser, by the same name', () => {
    for (const tool of Object.values(TOOLS)) expect([TOOL_FIELDS[tool.id], TOOL_LABELS[tool.id]]).toEqual([tool.fields, tool.label])
    expect([...FORM_ORDER].toSorted()).toEqual(Object.keys(TOOLS).toSorted())
  })
  it('ticks what the person ticked, else what the server proposes, else the usual set', () => {
    expect(FORM_ORDER.filter((tool) => isTicked(NOTHING_CHANGED, tool))).toEqual(['ping', 'mtr', 'pmtu'])
    expect(isTicked(NOTHING_CHANGED, 'mtr', { ticked: false })).toBe(false)
    expect(isTicked({ ticked: { mtr: true }, texts: {} }, 'mtr', { ticked: false })).toBe(true)
  })
})

describe('problemWords', () => {
  it('splits title from text without cutting addresses', () => {
    expect(problemWords({ code: 'target-refused', message: '169.254.169.254 is not an allowed target. Rule 2 of the target policy refuses 169.254.0.0/16: metadata. No packet was sent.', rule: 'rule 2: 169.254.0.0/16' }))
      .toEqual({ title: '169.254.169.254 is not an allowed target.', text: 'Rule 2 of the target policy refuses 169.254.0.0/16: metadata. No packet was sent.' })
  })
  it('adds what a message leaves out', () => {
    const { text } = problemWords({ code: 'target-refused', message: 'Not allowed.', rule: 'rule 9: x' })
    expect(text).toContain('rule 9: x')
    expect(text).toContain('No packet was sent.')
    expect(problemWords({ code: 'rate-limited', message: 'Too many.', retryAfterS: 7 }).text).toBe('Try again in 7 s.')
  })
})

describe('limits shown before asking', () => {
  it('are those of the decoders', () => {
    expect(limits.TARGET_TEXT_MAX).toBe(TARGET_TEXT_MAX)
    expect(InspectRequest.safeParse({ target: 'x'.repeat(limits.TARGET_TEXT_MAX) }).success).toBe(true)
    const user = (length: number) => CreateUserRequest.safeParse({ name: 'a', display: 'A', role: 'viewer', password: 'p'.repeat(length) }).success
    expect([user(limits.PASSWORD_MIN - 1), user(limits.PASSWORD_MIN)]).toEqual([false, true])
  })
})

it('controls are shown to the roles that the guard admits', () => {
  for (const [action, role] of Object.entries(LOWEST_ROLE)) expect(RULES[action as keyof typeof LOWEST_ROLE].role, action).toBe(role)
  const me = (role: 'viewer' | 'operator' | 'admin') => ({ me: { userId: 'u' as never, name: 'n', display: 'N', role } })
  expect([mayDo({ me: null }, 'run:start'), mayDo(me('viewer'), 'run:start'), mayDo(me('operator'), 'run:start'), mayDo(me('operator'), 'user:manage'), mayDo(me('admin'), 'user:manage')]).toEqual([false, false, true, false, true])
})
