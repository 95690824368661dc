// No rooms: the adapter that Socket.IO is given. Frames go to their readers by our own loop, so a socket
// costs none of the sets that Socket.IO would keep for it; broadcasting by Socket.IO is not possible.

export class NoRooms {
  init(): undefined {
    return undefined;
  }

  close(): undefined {
    return undefined;
  }

  /** Socket.IO puts each socket into a room of its own. */
  addAll(): undefined {
    return undefined;
  }

  delAll(): undefined {
    return undefined;
  }

  socketRooms(): undefined {
    return undefined;
  }
}
