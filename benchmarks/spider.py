"""Scrapy with trafilatura as a contender: the spider one would write for these lists, and a pipeline to the store.

A job on standard input, what was done on standard output. Robots are obeyed, AutoThrottle is off, everything else
is Scrapy's default. Each report page is stored twice with boto3, as it came and as trafilatura's text; texts are
told apart by their SHA-256, and the facts go to a JSON Lines feed. Run as `python -m benchmarks.spider`.
"""

import time

BEGAN = time.monotonic()

import hashlib  # noqa: E402  the clock starts before the imports: they are part of the job
import re  # noqa: E402
from collections.abc import AsyncIterator, Iterator  # noqa: E402
from typing import Any  # noqa: E402

import boto3  # noqa: E402
import scrapy  # noqa: E402
import trafilatura  # noqa: E402
from botocore.config import Config  # noqa: E402
from scrapy.crawler import CrawlerProcess  # noqa: E402
from scrapy.http import Response, TextResponse  # noqa: E402

from benchmarks.job import Job, receive, tell  # noqa: E402

Requests = Iterator[scrapy.Request]


class Reports(scrapy.Spider):
    """Walks every list to its end and hands on each report page."""

    name = "reports"

    def __init__(self, job: Job, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.job = job
        self.lists = 0
        self.pages: list[str] = []
        self.texts: set[str] = set()

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """Ask for the first page of every list."""
        for listing in self.job.listings:
            yield scrapy.Request(listing.url, getattr(self, listing.system))

    def article(self, response: TextResponse) -> dict[str, Any]:
        """Read a report page with trafilatura's defaults."""
        self.pages.append(response.url)
        return {
            "url": response.url,
            "title": response.css("title::text").get("").strip(),
            "raw": response.body,
            "text": self.read(response.text),
        }

    def read(self, html: str) -> str:
        """Return the text, with what else trafilatura finds when that is part of the job."""
        if self.job.metadata:
            return trafilatura.extract(html, output_format="json", with_metadata=True) or ""
        return trafilatura.extract(html) or ""

    def follow(self, response: Response, links: list[str]) -> Requests:
        """Ask for the pages a list names."""
        self.lists += 1
        for href in links:
            yield response.follow(href, self.article)

    def trs(self, response: TextResponse) -> Requests:
        """Read a list whose pager is a call with the number of pages."""
        yield from self.follow(response, response.css("ul.news_list a::attr(href)").getall())
        pages, current = re.search(r"createPageHTML\((\d+), (\d+)", response.text).groups()  # type: ignore[union-attr]
        if current == "0":
            for page in range(1, int(pages)):
                yield response.follow(f"index_{page}.shtml", self.trs)

    def ucap(self, response: TextResponse) -> Requests:
        """Read a list that stands in a comment."""
        inside = scrapy.Selector(text=response.xpath("//comment()[contains(., 'channel-list')]").get("")[4:-3])
        yield from self.follow(response, inside.css("ul.channel-list a::attr(href)").getall())
        pages, current = re.search(r"createPageHTML\('page_div',(\d+),(\d+)", response.text).groups()  # type: ignore[union-attr]
        if current == "1":
            for page in range(2, int(pages) + 1):
                yield response.follow(f"list_{page}.shtml", self.ucap)

    def jcms(self, response: TextResponse) -> Requests:
        """Read the data in a list's first page, then ask its interface for the rest."""
        yield from self.records(response)
        total = int(response.css("script[type='text/xml']").re_first(r"<totalrecord>(\d+)<") or 0)
        call = response.xpath("//script[contains(., 'ajaxParam')]/text()").get("")
        size = int(re.search(r"perPage: (\d+)", call)[1])  # type: ignore[index]
        form = {}
        for name in ("columnid", "unitid", "webid", "path", "appid"):
            form[name] = re.search(rf"\b{name}: '?([^,'}}\s]+)", call)[1]  # type: ignore[index]
        for first in range(size + 1, total + 1, size):
            last = min(first + size - 1, total)
            query = f"startrecord={first}&endrecord={last}&perpage={size}"
            url = response.urljoin(f"/module/web/jpage/dataproxy.jsp?{query}")
            yield scrapy.FormRequest(url, self.records, formdata=form)

    def records(self, response: TextResponse) -> Requests:
        """Read the records of a datastore."""
        links: list[str] = []
        for record in re.findall(r"<record><!\[CDATA\[(.*?)\]\]></record>", response.text, re.DOTALL):
            links += scrapy.Selector(text=record).css("a::attr(href)").getall()
        yield from self.follow(response, links)

    def gkmlpt(self, response: TextResponse) -> Requests:
        """Read the shell of a list that is only data."""
        self.lists += 1
        number = response.css("#gkml-app::attr(data-cid)").get()
        sid = re.search(r"SID: '(\d+)'", response.text)[1]  # type: ignore[index]
        yield response.follow(f"/gkmlpt/api/all/{number}?page=1&sid={sid}", self.catalogue)

    def catalogue(self, response: TextResponse) -> Requests:
        """Read a page of the data and ask for the next."""
        data = response.json()
        yield from self.follow(response, [article["url"] for article in data["articles"]])
        if data["articles"]:
            page = data["page"]
            yield response.follow(response.url.replace(f"page={page}&", f"page={page + 1}&"), self.catalogue)

    def table(self, response: TextResponse) -> Requests:
        """Read a table list with a row of numbers."""
        yield from self.follow(response, response.css("table.NewsList a::attr(href)").getall())
        for href in response.css("a::attr(href)").re(r"list_\d+\.html$"):
            yield response.follow(href, self.table)

    def generic(self, response: TextResponse) -> Requests:
        """Read a list with a link to the next page."""
        yield from self.follow(response, response.css("li.card a::attr(href)").getall())
        following = response.css("a.next::attr(href)").get()
        if following:
            yield response.follow(following, self.generic)


class Copies:
    """Stores both copies of each page and takes them out of the item."""

    def open_spider(self, spider: Reports) -> None:
        """Connect to the store."""
        job = spider.job
        self.client = boto3.client(
            "s3",
            endpoint_url=job.endpoint,
            aws_access_key_id=job.access_key,
            aws_secret_access_key=job.secret_key,
            region_name="us-east-1",
            config=Config(s3={"addressing_style": "path"}),
        )

    def process_item(self, item: dict[str, Any], spider: Reports) -> dict[str, Any]:
        """Put the raw bytes and, unless it is known, the text."""
        raw, text = item.pop("raw"), item.pop("text").encode()
        item["payload"] = hashlib.sha256(raw).hexdigest()
        item["content"] = hashlib.sha256(text).hexdigest()
        bucket = spider.job.bucket
        self.client.put_object(Bucket=bucket, Key=f"raw/{item['payload']}", Body=raw)
        if item["content"] not in spider.texts:
            spider.texts.add(item["content"])
            self.client.put_object(Bucket=bucket, Key=f"clean/{item['content']}.txt", Body=text)
        return item


def main() -> None:
    """Crawl, then say what it took."""
    job = receive()
    process = CrawlerProcess(
        {
            "ROBOTSTXT_OBEY": True,
            "AUTOTHROTTLE_ENABLED": False,
            "LOG_LEVEL": "ERROR",
            "ITEM_PIPELINES": {Copies: 300},
            "FEEDS": {f"{job.scratch}/items.jsonl": {"format": "jsonlines", "overwrite": True}},
        }
    )
    crawler = process.create_crawler(Reports)
    process.crawl(crawler, job=job)
    process.start()
    spider = crawler.spider
    if not isinstance(spider, Reports):
        raise SystemExit("the spider did not start")
    tell(spider.pages, spider.lists, len(spider.texts), BEGAN, {})


if __name__ == "__main__":
    main()
