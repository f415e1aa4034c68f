'use client'
/** Does a box hold more than it shows sideways? Then it must take the focus, or a keyboard could not scroll it. */
import { useEffect, useRef, useState, type RefObject } from 'react'

export function useOverflow<T extends HTMLElement>(): [box: RefObject<T | null>, wide: boolean] {
  const box = useRef<T>(null)
  const [wide, setWide] = useState(false)
  useEffect(() => {
    const element = box.current
    if (!element) return
    const watch = new ResizeObserver(() => setWide(element.scrollWidth > element.clientWidth))
    watch.observe(element)
    if (element.firstElementChild) watch.observe(element.firstElementChild)
    return () => watch.disconnect()
  }, [])
  return [box, wide]
}
