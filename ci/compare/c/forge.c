/* Sends a made-up RTM_NEWLINK about a link "forged0" to the netlink port in the first
 * argument, and to the groups (a mask) in the second. */
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	struct {
		struct nlmsghdr header;
		struct ifinfomsg link;
		struct rtattr attr;
		char name[8];
	} m = {
		.header = { .nlmsg_len = sizeof m, .nlmsg_type = RTM_NEWLINK },
		.link = { .ifi_index = 666 },
		.attr = { .rta_len = 4 + 8, .rta_type = IFLA_IFNAME },
		.name = "forged0",
	};
	struct sockaddr_nl to = { .nl_family = AF_NETLINK, .nl_pid = argc > 1 ? strtoul(argv[1], NULL, 10) : 0,
				  .nl_groups = argc > 2 ? strtoul(argv[2], NULL, 10) : 0 };
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	if (fd < 0 || sendto(fd, &m, sizeof m, 0, (struct sockaddr *)&to, sizeof to) < 0) {
		perror("forge");
		return 1;
	}
	return 0;
}
