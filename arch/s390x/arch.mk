# SPDX-License-Identifier: BSD-2-Clause
# z10: the general-instructions-extension and EXRL, but no vector facility, so that no code needs
# CR0's vector control; the back chain is what backtraces follow.
CROSS_COMPILE ?= s390x-linux-gnu-
ARCH_CFLAGS := -m64 -mzarch -march=z10 -mbackchain -mhard-float -mlong-double-64 -fno-pie -fno-pic
ARCH_LDFLAGS := -m64 -no-pie -static
