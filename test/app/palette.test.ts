/** Finding commands by what was typed. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bySection, findCommands, pieces, type Command } from '../../app/_components/palette/commands.ts'

const command = (label: string, more: Partial<Command> = {}): Command => ({ id: label, label, section: 'Run', act: () => undefined, ...more })
const commands = [command('Stop the run'), command('Copy as text for a ticket', { words: 'clipboard' }), command('Median round trip rose', { section: 'In this session' }), command('Sessions', { section: 'Go to' })]
const labels = (query: string): string[] => findCommands(commands, query).map((match) => match.command.label)

describe('findCommands', () => {
  it('wants every word, anywhere, and puts beginnings first', () => {
    expect(labels('stop run')).toEqual(['Stop the run'])
    expect(labels('sess')[0]).toBe('Sessions')
    expect(labels('clipboard')).toEqual(['Copy as text for a ticket'])
    expect(labels('nothing here')).toEqual([])
  })
  it('finds letters that are apart, but not for one or two', () => {
    expect(labels('cpytkt')).toEqual(['Copy as text for a ticket'])
    expect(labels('zq')).toEqual([])
  })
  it('keeps the given order without a query', () => expect(labels('')).toEqual(commands.map((one) => one.label)))

  it('marks exactly what it cut, for any query', () => {
    fc.assert(fc.property(fc.string({ maxLength: 8 }), (query) => {
      for (const { command: { label }, marks } of findCommands(commands, query)) {
        expect(pieces(label, marks).map((piece) => piece.text).join('')).toBe(label)
        for (let i = 1; i < marks.length; i++) expect(marks[i]?.[0]).toBeGreaterThan(marks[i - 1]?.[1] ?? -1)
      }
    }))
  })
})

it('groups under sections in order of the best match', () => {
  expect(bySection(findCommands(commands, 'se')).map((group) => group.section)[0]).toBe('Go to')
})
