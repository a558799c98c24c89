;; A sieve for text. It lets a byte through when that byte may be a certain letter of a wanted word, judged by the lower
;; half of the byte and by both its neighbours. What it lets through is compared with the words elsewhere (simdCounter.ts), so
;; it may let through too much. It must never hold back a word.
;;
;; A v128 holds 16 bytes, and one instruction works on all of them at once. The text "a hot dog ran", when "dog" is wanted
;; and looked for by its o, whose code is 6f in hexadecimal:
;;
;;   the text                  a  _  h  o  t  _  d  o  g  _  r  a  n
;;   lower halves of the codes 1  0  8  f  4  0  4  f  7  0  2  1  e
;;   what $before has there    .  .  .  d  .  .  .  d  .  .  .  .  .     its byte number f is a d, all others are 0
;;   the byte before           !  a  !  h  o  t  !  d  o  g  !  r  a
;;   the two are equal         .  .  .  .  .  .  .  x  .  .  .  .  .     the same with $after: where both are, it may be a dog
;;
;; Many bytes separate words, and the tables have room for one. So the neighbours are made alike: taken as signed
;; numbers, all separators and all bytes beyond ASCII are less than "!", and the maximum of such a byte and "!" is "!".
(module
  ;; The caller's: from address 0 on the 16 bytes of $before, then those of $after, and anywhere else the text and the list.
  (import "caller" "memory" (memory 1))

  ;; Sifts the text from address $at (above 0) up to $end, and at most 15 bytes beyond. It writes the addresses of the bytes
  ;; let through in a list at $found, as 32-bit numbers, and returns the address behind the list.
  (func (export "sift") (param $at i32) (param $end i32) (param $found i32) (result i32)
    (local $before v128) (local $after v128) (local $half v128) (local $mark v128)
    (local $low v128) (local $through v128) (local $bits i32)
    (local.set $before (v128.load (i32.const 0)))
    (local.set $after (v128.load (i32.const 16)))
    (local.set $half (i8x16.splat (i32.const 0x0f)))
    (local.set $mark (i8x16.splat (i32.const 0x21)))
    ;; An offset cannot be negative, so from here on $at is the address of the byte before.
    (local.set $at (i32.sub (local.get $at) (i32.const 1)))
    (local.set $end (i32.sub (local.get $end) (i32.const 1)))

    (loop $next
      (local.set $low (v128.and (v128.load offset=1 (local.get $at)) (local.get $half)))
      (local.set $through
        (v128.and
          (i8x16.eq
            (i8x16.swizzle (local.get $before) (local.get $low))
            (i8x16.max_s (v128.load offset=0 (local.get $at)) (local.get $mark)))
          (i8x16.eq
            (i8x16.swizzle (local.get $after) (local.get $low))
            (i8x16.max_s (v128.load offset=2 (local.get $at)) (local.get $mark)))))

      ;; One bit for each byte let through, the first byte's lowest: list the lowest one, clear it, until there is none.
      ;; There rarely is any, so the processor seldom guesses this jump wrong.
      (local.set $bits (i8x16.bitmask (local.get $through)))
      (block $listed
        (loop $list
          (br_if $listed (i32.eqz (local.get $bits)))
          (i32.store (local.get $found)
            (i32.add (i32.add (local.get $at) (i32.const 1)) (i32.ctz (local.get $bits))))
          (local.set $found (i32.add (local.get $found) (i32.const 4)))
          (local.set $bits (i32.and (local.get $bits) (i32.sub (local.get $bits) (i32.const 1))))
          (br $list)))

      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $end))))

    (local.get $found)))
