/* The little experiments of ci/compare, each by its name as the first argument; libnl-3. */
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#ifndef NETLINK_GET_STRICT_CHK
#define NETLINK_GET_STRICT_CHK 12
#endif

static int seen;
static unsigned count;

static const char *name_of(struct nl_msg *msg)
{
	struct nlattr *name = nlmsg_find_attr(nlmsg_hdr(msg), sizeof(struct ifinfomsg), IFLA_IFNAME);
	return name ? nla_get_string(name) : "";
}

static int each(struct nl_msg *msg, void *wanted)
{
	count++;
	if (wanted && !strcmp(name_of(msg), wanted))
		seen = 1;
	return NL_OK;
}

static int event(struct nl_msg *msg, void *data)
{
	if (nlmsg_hdr(msg)->nlmsg_type != RTM_NEWLINK)
		return NL_OK;
	puts(strcmp(name_of(msg), "forged0") ? "yes" : "no: it is delivered as an event");
	exit(0);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	struct nl_sock *socket = nl_socket_alloc();
	int error, on = 1;

	if (nl_connect(socket, NETLINK_ROUTE) < 0)
		return 1;
	if (!strcmp(what, "done")) {
		struct rtmsg route = { .rtm_family = AF_INET, .rtm_src_len = 5 };
		nl_socket_modify_cb(socket, NL_CB_VALID, NL_CB_CUSTOM, each, NULL);
		if (setsockopt(nl_socket_get_fd(socket), 270, NETLINK_GET_STRICT_CHK, &on, sizeof on) < 0)
			return 1;
		nl_send_simple(socket, RTM_GETROUTE, NLM_F_DUMP, &route, sizeof route);
		if ((error = nl_recvmsgs_default(socket)) < 0)
			printf("%s: %s\n", error == -NLE_INVAL ? "yes" : "no", nl_geterror(error));
		else
			printf("no: success with %u routes\n", count);
	} else if (!strcmp(what, "altnames")) {
		struct ifinfomsg link = { 0 };
		nl_socket_modify_cb(socket, NL_CB_VALID, NL_CB_CUSTOM, each, "many");
		nl_send_simple(socket, RTM_GETLINK, NLM_F_DUMP, &link, sizeof link);
		if ((error = nl_recvmsgs_default(socket)) < 0)
			printf("no: %s\n", nl_geterror(error));
		else
			puts(seen ? "yes" : "no: success without it");
	} else if (!strcmp(what, "extack")) {
		struct ifinfomsg link = { .ifi_index = if_nametoindex("many") };
		struct nl_msg *msg = nlmsg_alloc_simple(RTM_NEWLINK, 0);
		const char *text;
		setsockopt(nl_socket_get_fd(socket), 270, NETLINK_EXT_ACK, &on, sizeof on);
		nlmsg_append(msg, &link, sizeof link, NLMSG_ALIGNTO);
		nla_put_u32(msg, IFLA_MTU, 1000000);
		if ((error = nl_send_sync(socket, msg)) < 0) {
			text = nl_geterror(error);
			if (strstr(text, "mtu greater"))
				printf("yes: %s\n", text);
			else
				printf("no: only \"%s\", unless one walks the error's attributes oneself\n", text);
		}
	} else if (!strcmp(what, "forged")) {
		nl_socket_disable_seq_check(socket);
		nl_socket_modify_cb(socket, NL_CB_VALID, NL_CB_CUSTOM, event, NULL);
		nl_socket_add_membership(socket, RTNLGRP_LINK);
		printf("port %u\n", nl_socket_get_local_port(socket));
		fflush(stdout);
		while ((error = nl_recvmsgs_default(socket)) >= 0)
			;
		printf("no: %s\n", nl_geterror(error));
	} else if (!strcmp(what, "large")) {
		static char payload[70000];
		struct nl_msg *msg = nlmsg_alloc_size(131072);
		struct nlattr *attr;
		nlmsg_put(msg, 0, 0, RTM_NEWLINK, sizeof(struct ifinfomsg), 0);
		attr = nlmsg_tail(nlmsg_hdr(msg));
		if ((error = nla_put(msg, 100, sizeof payload, payload)) < 0)
			printf("yes: %s\n", nl_geterror(error));
		else
			printf("no: its length says %u\n", attr->nla_len);
	}
	return 0;
}
