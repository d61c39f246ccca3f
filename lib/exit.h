/* SPDX-License-Identifier: BSD-2-Clause */
/* How the machine ends when the program does. */
#ifndef LIB_EXIT_H
#define LIB_EXIT_H

/*
 * Prints "# paravane exit status=N" and ends the machine: powered off for status 0, else in a way
 * that the outside sees as a failure. This is what exit() and a return from main() come to.
 */
_Noreturn void machine_end(int status);

/*
 * Prints "# paravane expect end=HOW" (HOW is "reset", "shutdown" or "panic"): the program is about
 * to end the machine itself, and whoever watches from outside is to hold it to that word.
 */
void machine_announce_end(const char *how);

#endif
