"""The words that the posts are put together from, and the names of categories and tags."""

from __future__ import annotations

ZH_WHO = (
    "央行 证监会 统计局 发改委 商务部 能源局 交易所 银保监局 财政厅 海关总署 行业协会 研究机构 多家券商 评级公司 "
    "基金公司 保险资管 航运公司 钢铁企业 光伏龙头 芯片厂商 整车厂 电池企业 物流平台 连锁商超 地方国资 港股公司 "
    "新三板企业 银行间市场 期货公司 上市公司 大股东 独立董事 分析师 交易员 采购经理 进出口商"
).split()
ZH_DO = (
    "披露 表示 预计 公告 提示 上调 下调 维持 发布 启动 推进 调整 完成 核准 受理 终止 回购 增持 减持 收购 转让 试运行 "
    "扩产 停产检修 签署 提出 强调 测算 统计显示 通报"
).split()
ZH_WHAT = (
    "季度业绩预告 年度分红方案 融资余额 流动性安排 存款利率 新能源装机规模 库存水平 港口吞吐量 债券发行计划 出口订单 "
    "原材料采购价 研发投入 产能利用率 门店数量 贷款增速 碳排放配额 铁矿石到港量 生猪出栏数 动力煤长协价 集装箱运价 "
    "数据中心用电量 专项债额度 外汇储备规模 结售汇差额 社会融资规模 居民消费价格 工业增加值 房屋成交面积 票据利率"
).split()
ZH_HOW = (
    "同比增长 环比回落 较上月持平 高于市场预期 低于去年同期 连续三个月改善 创阶段新高 跌幅收窄 保持在合理区间 "
    "出现结构性分化 进入平稳期 明显放缓 略有反弹 小幅走强"
).split()
ZH_LINK = (
    "与此同时 从结构看 业内人士认为 值得注意的是 截至发稿 受此影响 分地区看 数据显示 展望后市 在此之前 公司方面称 "
    "另据了解 从全年看 按计划"
).split()
ZH_UNIT = "亿元 万吨 个百分点 万辆 吉瓦时 家 项 元/吨 %".split()

_ZH_PLACES = (
    "北京 beijing 上海 shanghai 深圳 shenzhen 江城 jiangcheng 海峡 haixia 长江 changjiang 环球 huanqiu "
    "中部 zhongbu 西南 xinan 华东 huadong 岭南 lingnan 东方 dongfang 新时代 xinshidai 每日 meiri 第一 diyi "
    "南方 nanfang 蓝鲸 lanjing 金桥 jinqiao 云岭 yunling 北方 beifang 滨海 binhai 中原 zhongyuan 大河 dahe "
    "天山 tianshan 雪域 xueyu 珠江 zhujiang 太湖 taihu 黄海 huanghai 燕赵 yanzhao 三秦 sanqin"
).split()
_ZH_PAPERS = (
    "晚报 wanbao 日报 ribao 财经 caijing 证券 zhengquan 期货网 qihuowang 商报 shangbao 研究院 yanjiuyuan "
    "新闻社 xinwenshe 在线 zaixian 观察 guancha 基金报 jijinbao 资讯 zixun 经济网 jingjiwang 评论 pinglun "
    "快讯 kuaixun 能源网 nengyuanwang 汽车报 qichebao 地产周刊 dichanzhoukan 保险报 baoxianbao 科技 keji"
).split()

EN_NOUN = (
    "pipeline cluster index ledger schema parser cache budget harbour valve notebook router festival archive sensor "
    "bridge garden invoice compiler dataset forecast lantern queue shipment orchard telescope workshop policy reactor "
    "ferry glossary"
).split()
EN_ADJ = (
    "quiet partial stable nightly public reusable brittle idle verbose shared remote modest seasonal frozen portable "
    "nested early upstream redundant plain"
).split()
EN_VERB = (
    "rebuild measure publish migrate inspect trim rotate review replace simplify schedule archive document retire "
    "split merge profile rename audit restore"
).split()
EN_WHO = ("We", "They", "You", "Most of us", "Two people", "Readers")
EN_TAIL = (
    "before the next release",
    "without touching the old one",
    "on a single machine",
    "while readers keep arriving",
    "after the summer break",
    "for a third of the cost",
    "and write down what changed",
    "with no new dependency",
    "once the numbers settle",
    "because the log said so",
    "in two small steps",
    "across four time zones",
)
EN_AUTHOR = ("Ada Brandt", "Joao Pires", "Mei Lin", "Tomas Kral", "Nia Okoro", "Zoë Härtl")
_EN_TOPIC = (
    "notes releases engineering travel security community hardware gardening finance music reading weekly howto "
    "research events opinion photos tooling history"
).split()


def media_names(count: int) -> list[tuple[str, str]]:
    """So many sources of news: the name in Latin letters, which is the category, and the Chinese one."""
    names = [("emnews", "东财滚动")]
    places, papers = len(_ZH_PLACES) // 2, len(_ZH_PAPERS) // 2
    for number in range(1, count):
        place, paper = 2 * (number % places), 2 * (number // places % papers)
        again = number // (places * papers)
        more = str(again + 1) if again else ""
        names.append(
            (
                _ZH_PLACES[place + 1] + _ZH_PAPERS[paper + 1] + more,
                _ZH_PLACES[place] + _ZH_PAPERS[paper] + more,
            )
        )
    return names[:count]


def topic_names(count: int) -> list[str]:
    """So many categories of an English site."""
    return [_numbered(_EN_TOPIC, number) for number in range(count)]


def tag_names(count: int) -> list[str]:
    """So many tags of an English site; none is also a category."""
    return [_numbered(EN_NOUN, number) for number in range(count)]


def _numbered(words: list[str], number: int) -> str:
    again, word = number // len(words), words[number % len(words)]
    if not again:
        return word
    return f"{EN_ADJ[again]}-{word}" if again < len(EN_ADJ) else f"{word}-{again}"
