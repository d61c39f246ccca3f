/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the vectors and irq.c, which is only a part of programs that have to do with interrupts. */
#ifndef E500_INTERRUPT_H
#define E500_INTERRUPT_H

#include <stdbool.h>
#include <asm/trap.h>

/*
 * Handles an external or a decrementer interrupt; false: not expected. Set by arch_irq_init(),
 * before which none can come; NULL till then.
 */
extern bool (*interrupt_handle)(struct trap_frame *f);

#endif
