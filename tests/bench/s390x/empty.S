/* SPDX-License-Identifier: BSD-2-Clause */
/* The empty guest: a disabled wait at 0xfff, which QEMU takes for a power-off, as hello ends. */
	.text
	.globl	_start
_start:
	larl	%r1, end
	lpswe	0(%r1)

	.balign	8
end:	.quad	0x0002000180000000, 0xfff

	/* Room for what QEMU writes behind 0x10400: it takes an entry at 0x10000 for Linux. */
	.org	_start + 0x1000

	.section .note.GNU-stack, "", @progbits
