import BenchmarkSupport
import Glibc

/// The same server over standard input and output, one message a line.
enum StandardStreams {
  static func serve(_ eras: Responder.Eras) {
    let responder = Responder(eras)
    var input = ByteBuffer(capacity: 64 << 10)
    var output = ByteBuffer(capacity: 64 << 10)
    while case .bytes = input.read(from: STDIN_FILENO, room: 16 << 10) {
      while let end = input.readable.firstIndex(of: UInt8(ascii: "\n")) {
        let reply = responder.reply(to: UnsafeRawBufferPointer(rebasing: input.readable[..<end]))
        if let token = reply.progressToken {
          for step in 1...Reply.progressSteps {
            Reply.appendProgress(step, token, to: &output)
            output.append("\n")
          }
        }
        if reply.hasBody {
          reply.appendStart(to: &output)
          output.append(reply.payload)
          output.append(reply.end)
          output.append("\n")
        }
        input.consume(end + 1)
      }
      while output.count > 0 {
        let sent = write(STDOUT_FILENO, output.readable.baseAddress, output.count)
        if sent <= 0 { return }
        output.consume(sent)
      }
    }
  }
}
