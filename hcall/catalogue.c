// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <hcall/catalogue.h>
#include <hcall/hypervisor.h>

#define HCALL(call, nr, ...) { .name = #call, .number = (nr), __VA_ARGS__ },
const struct hcall_desc hcall_catalogue[] = {
#include <catalogue.def>
};
#undef HCALL

const size_t hcall_catalogue_size = sizeof(hcall_catalogue) / sizeof(hcall_catalogue[0]);

const struct hcall_desc *hcall_find(unsigned long number)
{
	for (size_t i = 0; i < hcall_catalogue_size; i++)
		if (hcall_catalogue[i].number == number)
			return &hcall_catalogue[i];
	return NULL;
}

const struct hcall_desc *hcall_find_op(enum hcall_op op)
{
	for (size_t i = 0; i < hcall_catalogue_size; i++)
		if (hcall_catalogue[i].op == op)
			return &hcall_catalogue[i];
	return NULL;
}
