'use client'
/** Choice of a role. */
import type { Role } from '#lib/protocol/access.ts'

const ROLES: readonly Role[] = ['viewer', 'operator', 'admin']

export function RoleSelect({ label, value, onChange, disabled = false }: { label: string; value: Role; onChange: (role: Role) => void; disabled?: boolean }) {
  return (
    <select aria-label={label} value={value} disabled={disabled} onChange={(event) => onChange(ROLES.find((role) => role === event.target.value) ?? value)} className="h-6 rounded-ctl bg-surface-2 px-1.5 text-cell text-text-1 edge-line-3 disabled:opacity-60 pointer-coarse:h-9">
      {ROLES.map((role) => <option key={role} value={role}>{role}</option>)}
    </select>
  )
}
