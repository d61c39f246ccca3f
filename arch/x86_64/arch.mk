# SPDX-License-Identifier: BSD-2-Clause
CROSS_COMPILE := x86_64-linux-gnu-
# No red zone: a trap pushes its frame on the interrupted program's stack.
# General code may use SSE: the trap entry saves it.
# Nothing is aligned for speed: it makes images 4 % larger, and what counts here is their size.
ARCH_CFLAGS := -m64 -march=x86-64 -mno-red-zone -mlong-double-64 -mcmodel=small -fno-pie \
	-fno-omit-frame-pointer -fcf-protection=none \
	-falign-functions=1 -falign-loops=1 -falign-jumps=1
ARCH_LDFLAGS := -m64 -static -no-pie
