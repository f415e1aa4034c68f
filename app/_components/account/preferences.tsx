'use client'
/** Theme and single-key shortcuts of this browser. */
import { useEffect, useState } from 'react'
import { KEYS_SETTING, singleKeysOn } from '../../_lib/keys.ts'
import { applyTheme, themeChoice, type ThemeChoice } from '../../_lib/theme.ts'
import { Checkbox } from '../ui/checkbox.tsx'
import { Segmented } from '../ui/segmented.tsx'

export function Preferences() {
  const [theme, setTheme] = useState<ThemeChoice>('system')
  const [keys, setKeys] = useState(true)
  useEffect(() => {
    setTheme(themeChoice(document.documentElement.dataset.themeChoice))
    setKeys(singleKeysOn(localStorage))
  }, [])
  return (
    <div className="grid grid-cols-[108px_minmax(0,1fr)] items-start gap-x-3 gap-y-3">
      <span className="pt-1 text-cell text-text-2">Theme</span>
      <Segmented
        large className="justify-self-start" label="Theme" value={theme} onChange={(next) => { setTheme(next); applyTheme(next) }}
        segments={[{ value: 'system', label: 'As the system' }, { value: 'dark', label: 'Dark' }, { value: 'light', label: 'Light' }]}
      />
      <span className="pt-1 text-cell text-text-2">Keys</span>
      <div>
        <Checkbox checked={keys} onChange={(event) => { setKeys(event.target.checked); localStorage.setItem(KEYS_SETTING, event.target.checked ? 'on' : 'off') }}>Single-key shortcuts</Checkbox>
        <p className="text-data text-text-3">Off, only Ctrl K and Command K do anything. Turn them off if you dictate or a single key is easily hit.</p>
      </div>
    </div>
  )
}
