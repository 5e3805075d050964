/* A libmodbus server of unit 1: "tcp" or "rtu DEVICE". Register n holds 100 + n; even coils are on.
   Its first line is "ready" and, for tcp, the port. */
#include <arpa/inet.h>
#include <modbus/modbus.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int tcp = argc > 1 && strcmp(argv[1], "tcp") == 0;
    modbus_t *bus = tcp ? modbus_new_tcp("127.0.0.1", 0) : modbus_new_rtu(argv[2], 19200, 'N', 8, 1);
    modbus_mapping_t *map = modbus_mapping_new(300, 300, 300, 300);
    for (int n = 0; n < 300; n++) {
        map->tab_registers[n] = map->tab_input_registers[n] = 100 + n;
        map->tab_bits[n] = map->tab_input_bits[n] = n % 2 == 0;
    }
    int listener = -1;
    if (tcp) {
        struct sockaddr_in name;
        socklen_t size = sizeof name;
        listener = modbus_tcp_listen(bus, 1);
        if (listener < 0 || getsockname(listener, (struct sockaddr *)&name, &size) < 0)
            return 1;
        printf("ready %d\n", ntohs(name.sin_port));
    } else {
        modbus_set_slave(bus, 1);
        if (modbus_connect(bus) < 0)
            return 1;
        printf("ready\n");
    }
    fflush(stdout);
    for (;;) {
        unsigned char query[MODBUS_TCP_MAX_ADU_LENGTH];
        if (tcp && modbus_tcp_accept(bus, &listener) < 0)
            return 1;
        for (;;) {
            int length = modbus_receive(bus, query);
            if (length < 0 && tcp)
                break;
            if (length > 0)
                modbus_reply(bus, query, length, map);
        }
        modbus_close(bus);
    }
}
