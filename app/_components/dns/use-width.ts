'use client'
/** Width of a box in CSS pixels, for what is laid out by it; a guess until it is known. */
import { useLayoutEffect, useRef, useState, type RefObject } from 'react'

export function useWidth<T extends HTMLElement>(guess: number): [box: RefObject<T | null>, width: number] {
  const box = useRef<T>(null)
  const [width, setWidth] = useState(guess)
  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    if (element.clientWidth > 0) setWidth(element.clientWidth)
    const watch = new ResizeObserver(() => { if (element.clientWidth > 0) setWidth(element.clientWidth) })
    watch.observe(element)
    return () => watch.disconnect()
  }, [])
  return [box, width]
}
