// The room of the documentation's first example, with the Redis adapter as its page sets it up.
import { createServer } from "node:http";
import { createAdapter } from "@socket.io/redis-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";

const publishing = createClient({ url: process.env.REDIS_URL });
const subscribing = publishing.duplicate();
await Promise.all([publishing.connect(), subscribing.connect()]);

const server = createServer();
const io = new Server(server, { adapter: createAdapter(publishing, subscribing) });
io.on("connection", (socket) => {
  socket.join(socket.handshake.query.room);
  socket.on("chat message", (message) => {
    io.to(socket.handshake.query.room).emit("chat message", message);
  });
});
server.listen(Number(process.env.PORT), "127.0.0.1");
