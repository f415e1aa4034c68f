/** Which presses are shortcuts, and that typing never is. */
import { describe, expect, it } from 'vitest'
import { isTyping, keyName, singleKeysOn } from '../../app/_lib/keys.ts'

const press = (key: string, more: Partial<{ ctrlKey: boolean; metaKey: boolean; altKey: boolean; shiftKey: boolean }> = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more })

describe('keyName', () => {
  it('names presses', () => {
    expect(keyName(press('k', { ctrlKey: true }))).toBe('mod+k')
    expect(keyName(press('K', { metaKey: true }))).toBe('mod+k')
    expect(keyName(press('?', { shiftKey: true }))).toBe('?')
    expect(keyName(press(' '))).toBe('Space')
    expect(keyName(press('r'))).toBe('r')
  })
  it('leaves Alt and capitals to the browser', () => {
    expect(keyName(press('r', { altKey: true }))).toBeNull()
    expect(keyName(press('R', { shiftKey: true }))).toBeNull()
  })
})

describe('isTyping', () => {
  it('is true in text controls only', () => {
    expect(isTyping({ tagName: 'INPUT', type: 'text' })).toBe(true)
    expect(isTyping({ tagName: 'INPUT', type: 'search' })).toBe(true)
    expect(isTyping({ tagName: 'SELECT' })).toBe(true)
    expect(isTyping({ tagName: 'DIV', isContentEditable: true })).toBe(true)
    expect(isTyping({ tagName: 'INPUT', type: 'radio' })).toBe(false)
    expect(isTyping({ tagName: 'BUTTON' })).toBe(false)
    expect(isTyping(null)).toBe(false)
  })
})

it('single keys are on until switched off', () => {
  expect(singleKeysOn({ getItem: () => null })).toBe(true)
  expect(singleKeysOn({ getItem: () => 'off' })).toBe(false)
})
