"""What the SDK's OAuth client keeps, for as long as the program runs."""


class TokenMemory:
    """`client` is what an authorization server knows already of the client; None lets it register."""

    def __init__(self, client=None):
        self.tokens = None
        self.client = client

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens) -> None:
        self.tokens = tokens

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client) -> None:
        self.client = client
