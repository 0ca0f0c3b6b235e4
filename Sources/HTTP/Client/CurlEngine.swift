internal import Reactor

final class CurlEngine {
  init(loop: EventLoop, resolver: NameResolver) throws(HTTPClientError) {}
  func start(_ transfer: HTTPTransfer, proxy: String?) { transfer.fail(.cancelled) }
}
