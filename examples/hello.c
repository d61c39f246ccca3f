// SPDX-License-Identifier: BSD-2-Clause
/* The smallest program: what a main() of your own looks like. */
#include <stdio.h>

int main(int argc, char **argv)
{
	printf("Hello from %s: %d words on the command line, pi is about %.5f\n", argv[0], argc - 1,
	       3.14159265);
	for (int i = 1; i < argc; i++)
		printf("  word %d: %s\n", i, argv[i]);
	return 0;
}
