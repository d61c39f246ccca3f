/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef S390X_SCLP_CONSOLE_H
#define S390X_SCLP_CONSOLE_H

/* Shows what the line-mode console still holds of a line without an end: before the machine stops. */
void sclp_console_flush(void);

#endif
